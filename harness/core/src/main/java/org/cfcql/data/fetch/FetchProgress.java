package org.cfcql.data.fetch;

/** Hears how far a file is. */
@FunctionalInterface
public interface FetchProgress {
    /** A total that the server does not say. */
    long UNKNOWN = -1;

    /** So many bytes of so many, or of {@link #UNKNOWN}. */
    void at(long bytes, long total);
}
