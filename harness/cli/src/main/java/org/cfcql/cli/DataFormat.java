package org.cfcql.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Layouts of other programs that data are converted from and to. */
enum DataFormat {
    /** A folder of {@code obs_0.npy}, {@code acs_0.npy}, ... */
    OMAR("omar"),
    /** One HDF5 file with {@code obs}, {@code actions}, {@code filled}, ... */
    CFCQL_H5("cfcql-h5");

    private final String name;

    DataFormat(String name) {
        this.name = name;
    }

    /** The layout of a source: a file is HDF5, a folder OMAR's. */
    static DataFormat of(Path source) {
        boolean named = source.toString().matches(".*\\.(h5|hdf5)");
        return Files.isRegularFile(source) || named && !Files.isDirectory(source) ? CFCQL_H5 : OMAR;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Reads the names that users know. */
    static final class Converter implements ITypeConverter<DataFormat> {
        @Override
        public DataFormat convert(String text) {
            return Arrays.stream(values())
                    .filter(format -> format.name.equals(text))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new TypeConversionException(
                                            "expected omar or cfcql-h5, found '" + text + "'"));
        }
    }
}
