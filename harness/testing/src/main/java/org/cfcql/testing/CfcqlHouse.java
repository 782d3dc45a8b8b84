package org.cfcql.testing;

/**
 * The rooms of this project. Whoever adds a package adds it here and to docs/architecture.md, which
 * shows the picture that is printed from this list.
 */
public final class CfcqlHouse {
    /** From the ground up; see {@link House#of}. */
    public static final House ROOMS =
            House.of(
                    """
                    1 error:
                    1 random:
                    1 nativecode:
                    1 testing:
                    1 plugin: error
                    2 lock outcome budget: error
                    2 stats: error random
                    2 tensor: error nativecode
                    2 env: error random
                    2 env.wire env.trace: error env
                    2 env.bridge: error plugin lock env env.wire
                    3 nn: random nativecode tensor
                    3 data.npy: error
                    3 data: error random lock env data.npy
                    3 data.batch: error random tensor env data.npy data
                    3 data.check: error env data.npy data
                    3 data.fetch: error lock data
                    3 data.foreign: error env.bridge data data.check
                    3 report.read: error budget outcome
                    3 report.model: error random budget stats report.read
                    3 report.tables: stats report.read report.model
                    3 report.write: error stats report.read report.model report.tables
                    3 report.compare: error random stats report.read report.model report.tables
                      report.write
                    4 report.gate: error stats report.compare report.tables report.write
                    4 learn: error random plugin budget tensor env nn data.batch
                    4 query: error budget outcome report.read report.model
                    5 eval: error random env learn
                    5 outside: error random budget tensor env env.wire env.bridge data.batch learn
                    5 collect: error random env data learn
                    5 perf: error random budget tensor env data.batch learn
                    5 parts: error tensor data.batch learn
                    5 parts.continuous: error random budget tensor env nn data.batch learn parts
                    5 parts.discrete: random budget tensor env nn data.batch learn parts
                    5 parts.penalty: nativecode tensor nn data.batch learn parts
                    6 counterfactual: error random nativecode budget tensor nn data.batch learn perf parts
                      parts.continuous parts.discrete parts.penalty
                    learning = error random budget tensor env nn data.batch learn perf parts parts.continuous
                      parts.discrete parts.penalty
                    7 baselines.independent: $learning
                    7 baselines.awac baselines.bc baselines.implicitqlearning baselines.madtkd
                      baselines.maicq: $learning
                    7 baselines.icql baselines.omar baselines.td3bc: $learning baselines.independent
                    7 baselines.matd3: $learning baselines.independent counterfactual
                    7 baselines.qmix: $learning counterfactual
                    7 verify: error random budget tensor env nn data.batch learn
                    7 run.storage: error
                    7 run.experiment: error budget tensor nn learn eval
                    7 run.dataset: error random tensor env data data.batch data.check learn
                    7 run.plan: error random budget tensor env data.batch learn eval run.experiment
                      run.dataset
                    7 run.model: error random budget tensor env data.batch learn run.storage run.experiment
                      run.dataset run.plan
                    7 run.folder: error random nativecode plugin lock outcome budget tensor env learn eval
                      run.storage run.experiment run.dataset run.plan
                    7 run.training: error random lock budget tensor env nn data.batch learn eval
                      run.storage run.experiment run.dataset run.plan run.model run.folder
                    7 run.play: error random tensor env data data.batch learn eval collect
                      run.storage run.experiment run.dataset run.plan run.model run.folder
                      run.training
                    7 run.cell: error random budget tensor env data.batch learn eval run.storage
                      run.experiment run.dataset run.plan run.model run.folder run.training
                      run.play
                    7 run: error random budget tensor env learn run.experiment run.dataset run.plan
                      run.model run.training run.play
                    8 cli.executor: error nativecode plugin tensor run.storage run.plan run.folder
                    8 cli: error nativecode lock outcome budget stats tensor env env.wire env.trace
                      env.bridge nn data data.check data.fetch data.foreign report.read report.model
                      report.write report.compare report.gate query learn eval collect perf verify run.storage
                      run.experiment run.dataset run.plan run.model run.folder run.training
                      run.cell run outside cli.executor
                    """);

    private CfcqlHouse() {}
}
