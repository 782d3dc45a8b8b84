package org.cfcql.cli;

import picocli.CommandLine.Command;

/** Data sets: collected, fetched, imported, looked at, checked. */
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        description = "Makes, fetches, converts and checks data sets.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DataCollectCommand.class,
            DataExportCommand.class,
            DataFetchCommand.class,
            DataImportCommand.class,
            DataInspectCommand.class,
            DataMixCommand.class,
            DataVerifyCommand.class,
        },
        footer = {"", "Example: cfcql data inspect data/simple_spread-random --json"})
final class DataCommand {}
