package org.cfcql.cli;

import org.cfcql.data.foreign.ForeignLayout;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a layout. */
final class ForeignLayoutConverter implements ITypeConverter<ForeignLayout> {
    @Override
    public ForeignLayout convert(String text) {
        return ForeignLayout.of(text)
                .orElseThrow(
                        () ->
                                new TypeConversionException(
                                        "expected one of "
                                                + ForeignLayout.names(false)
                                                + ", found '"
                                                + text
                                                + "'"));
    }
}
