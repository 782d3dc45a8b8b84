package org.cfcql.cli;

import picocli.CommandLine.Command;

/** Environments: what there is, and their processes. */
@Command(
        name = "env",
        mixinStandardHelpOptions = true,
        description = "Environments: list, install, check, trace, speed, serve.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: cfcql env check mpe/simple_spread"},
        subcommands = {
            EnvCheckCommand.class,
            EnvInstallCommand.class,
            EnvListCommand.class,
            EnvServeCommand.class,
            EnvSpeedCommand.class,
            EnvTraceCommand.class,
        })
final class EnvCommand {}
