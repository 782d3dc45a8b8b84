package org.cfcql.stats;

import org.hipparchus.stat.StatUtils;

/** Statistics of one algorithm over all runs of all tasks, as rliable 1.2 defines them. */
public enum Aggregate {
    /** Mean over tasks of the mean over runs. */
    MEAN("mean") {
        @Override
        public double of(double[][] runsByTask) {
            return StatUtils.mean(taskMeans(runsByTask));
        }
    },
    /** Median over tasks of the mean over runs. */
    MEDIAN("median") {
        @Override
        public double of(double[][] runsByTask) {
            return StatUtils.percentile(taskMeans(runsByTask), 50);
        }
    },
    /** Mean of all runs of all tasks without the floor(N / 4) smallest and largest. */
    INTERQUARTILE_MEAN("interquartile_mean") {
        @Override
        public double of(double[][] runsByTask) {
            return SampleSummary.interquartileMean(all(runsByTask));
        }
    },
    /** {@link #OPTIMUM} less the mean over runs and tasks of the score cut off there. */
    OPTIMALITY_GAP("optimality_gap") {
        @Override
        public double of(double[][] runsByTask) {
            double sum = 0;
            for (double[] runs : runsByTask) {
                double inTask = 0;
                for (double score : runs) {
                    inTask += Math.min(score, OPTIMUM);
                }
                sum += inTask / runs.length;
            }
            return OPTIMUM - sum / runsByTask.length;
        }
    };

    /** Normalised score beyond which nothing more is counted in the optimality gap. */
    public static final double OPTIMUM = 100;

    private final String key;

    Aggregate(String key) {
        this.key = key;
    }

    /** Name in JSON. */
    public String key() {
        return key;
    }

    /** The statistic of {@code [task][run]}. */
    public abstract double of(double[][] runsByTask);

    private static double[] taskMeans(double[][] runsByTask) {
        double[] means = new double[runsByTask.length];
        for (int task = 0; task < means.length; task++) {
            means[task] = StatUtils.mean(runsByTask[task]);
        }
        return means;
    }

    /** Copied by hand: a bootstrap does this twenty thousand times per interval. */
    private static double[] all(double[][] runsByTask) {
        int count = 0;
        for (double[] runs : runsByTask) {
            count += runs.length;
        }
        double[] all = new double[count];
        int filled = 0;
        for (double[] runs : runsByTask) {
            System.arraycopy(runs, 0, all, filled, runs.length);
            filled += runs.length;
        }
        return all;
    }
}
