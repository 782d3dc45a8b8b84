package org.cfcql.query;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.cfcql.error.ForeignText;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.report.read.RunData;
import org.cfcql.report.read.RunReader;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Run folders as tables in memory, and the answer to one query over them.
 *
 * <p>DuckDB answers in the order in which rows were read unless the query says another, so the same
 * folders and query give the same answer.
 */
public final class ResultDatabase implements AutoCloseable {
    private static final String ANSWER = "answer";

    private final DuckDBConnection connection;

    private ResultDatabase(DuckDBConnection connection) {
        this.connection = connection;
    }

    /**
     * Reads run folders and answers a query over them.
     *
     * @param folders run folders; a cell that a report refuses is there as failed, with the reason
     * @param sql one {@code SELECT} over {@code cells}, {@code budget}, {@code evaluations} and
     *     {@code metrics}
     * @throws UserError if a folder is no run folder or the query has no answer
     */
    public static ResultDatabase answer(List<Path> folders, String sql) {
        ResultDatabase database = new ResultDatabase(open());
        try {
            database.fill(folders, tables(sql));
            database.ask(sql);
            return database;
        } catch (SQLException failure) {
            database.close();
            throw new MachineFault(
                    "expected to keep results in memory, DuckDB said: " + firstLine(failure),
                    failure);
        } catch (RuntimeException failure) {
            database.close();
            throw failure;
        }
    }

    /** Names of the answer's columns, then its rows as text; NULL is an empty text. */
    public List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("SELECT * FROM " + ANSWER)) {
            int columns = answer.getMetaData().getColumnCount();
            List<String> heading = new ArrayList<>();
            for (int column = 1; column <= columns; column++) {
                heading.add(answer.getMetaData().getColumnName(column));
            }
            rows.add(heading);
            while (answer.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    String value = answer.getString(column);
                    row.add(value == null ? "" : value);
                }
                rows.add(row);
            }
        } catch (SQLException failure) {
            throw new MachineFault(
                    "expected to read the answer, DuckDB said: " + firstLine(failure), failure);
        }
        return rows;
    }

    /** Writes the answer into a file that is new or replaced. */
    public void write(Path file, AnswerFormat format) {
        String path = file.toAbsolutePath().toString().replace("'", "''");
        try (Statement statement = connection.createStatement()) {
            statement.execute("COPY %s TO '%s' (%s)".formatted(ANSWER, path, format.copyOptions()));
        } catch (SQLException failure) {
            throw new MachineFault(
                    "expected to write %s, DuckDB said: %s; check the folder and its permissions"
                            .formatted(file, firstLine(failure)),
                    failure);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failure) {
            throw new MachineFault(
                    "expected to close DuckDB, it said: " + firstLine(failure), failure);
        }
    }

    private static DuckDBConnection open() {
        try {
            Connection connection = DriverManager.getConnection("jdbc:duckdb:");
            try (Statement statement = connection.createStatement()) {
                // Whatever a query asks for, nothing is fetched from elsewhere.
                statement.execute("SET autoinstall_known_extensions = false");
            }
            return connection.unwrap(DuckDBConnection.class);
        } catch (SQLException failure) {
            throw new MachineFault(
                    "expected DuckDB to start in this process, it said: "
                            + firstLine(failure)
                            + "; check that the folder for temporary files can be written",
                    failure);
        }
    }

    private static Set<ResultTable> tables(String sql) {
        String lower = sql.toLowerCase(Locale.ROOT);
        Set<ResultTable> named = EnumSet.noneOf(ResultTable.class);
        for (ResultTable table : ResultTable.values()) {
            // The word elsewhere in the query costs time only.
            if (lower.contains(table.id())) {
                named.add(table);
            }
        }
        return named;
    }

    private void fill(List<Path> folders, Set<ResultTable> named) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (ResultTable table : ResultTable.values()) {
                statement.execute(table.definition());
            }
        }
        ResultRows rows = new ResultRows();
        for (Path folder : folders) {
            RunData run = RunReader.read(folder);
            for (ResultTable table : named) {
                try (DuckDBAppender appender =
                        connection.createAppender(DuckDBConnection.DEFAULT_SCHEMA, table.id())) {
                    for (ReportedCell cell : run.cells()) {
                        Path files = folder.resolve("cells").resolve(cell.id());
                        rows.append(table, cell, files, appender);
                    }
                }
            }
        }
    }

    private void ask(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + ANSWER + " AS " + sql);
        } catch (SQLException failure) {
            throw new UserError(
                    "expected one SELECT over cells, budget, evaluations and metrics, DuckDB said: "
                            + firstLine(failure)
                            + "; docs/query.md lists the columns",
                    failure);
        }
    }

    private static String firstLine(SQLException failure) {
        String text = String.valueOf(failure.getMessage());
        return ForeignText.oneLine(text.lines().findFirst().orElse(""));
    }
}
