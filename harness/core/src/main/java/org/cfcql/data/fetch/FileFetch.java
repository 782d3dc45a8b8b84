package org.cfcql.data.fetch;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.cfcql.data.ContentHash;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.ForeignText;
import org.cfcql.error.MachineFault;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;
import org.cfcql.lock.HeldLock;

/**
 * A file to be fetched from a web server. It gets its name when its content has the hash; until
 * then it is called {@code NAME.partial}, which the next command continues.
 *
 * @param address where it is
 * @param sha256 hash of the content, 64 hexadecimal digits
 * @param target name of the file
 * @param patience how long to wait for the server
 */
public record FileFetch(URI address, String sha256, Path target, Patience patience) {
    private static final Duration WATCH = Duration.ofMillis(100);

    /**
     * What was done.
     *
     * @param file the file
     * @param bytes its size
     * @param wasThere whether it was there before, so that nobody was asked
     */
    public record Fetched(Path file, long bytes, boolean wasThere) {}

    /**
     * A file to be fetched.
     *
     * @param out name of the file, or a folder that gets it under the last name of the address
     * @throws UserError if one of them cannot be
     */
    public static FileFetch of(String address, String sha256, Path out, Patience patience) {
        URI uri = uri(address);
        if (!sha256.matches("[0-9a-fA-F]{64}")) {
            throw new UserError(
                    "expected --sha256 of 64 hexadecimal digits, found '%s'; sha256sum FILE prints it"
                            .formatted(ForeignText.oneLine(sha256)));
        }
        Path target = Files.isDirectory(out) ? out.resolve(lastName(uri)) : out;
        return new FileFetch(uri, sha256.toLowerCase(Locale.ROOT), target, patience);
    }

    private static URI uri(String address) {
        try {
            URI uri = new URI(address);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException noAddress) {
            throw refusal(address, noAddress);
        }
        throw refusal(address, null);
    }

    private static UserError refusal(String address, Throwable cause) {
        return new UserError(
                "expected an address such as https://HOST/FILE without a user's name, found '%s'"
                        .formatted(ForeignText.oneLine(address)),
                cause);
    }

    private static Path lastName(URI uri) {
        String path = uri.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        try {
            if (!name.matches("|\\.{1,2}")) {
                return Path.of(name);
            }
        } catch (InvalidPathException noName) {
            throw new UserError("expected a file's name in " + uri + "; say --out FILE", noName);
        }
        throw new UserError(
                "expected an address that ends with a file's name, found "
                        + uri
                        + "; say --out FILE");
    }

    /**
     * Fetches it, unless it is there.
     *
     * @throws UserError if another file has the name, the server has no such file, or its content
     *     has another hash; nothing is kept then
     * @throws MachineFault if the server does not get on, or the disk is full; what came is kept
     */
    public Fetched fetch(FetchProgress progress) {
        Path absolute = target.toAbsolutePath().normalize();
        Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
        Path lockFile = partial.resolveSibling(partial.getFileName() + ".lock");
        try {
            if (Files.exists(absolute)) {
                return requireSame(absolute);
            }
            HeldLock lock = HeldLock.take(lockFile, "another --out").orElseThrow(this::taken);
            try {
                return into(partial, absolute, progress);
            } finally {
                Files.deleteIfExists(lockFile);
                lock.close();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new MachineFault("interrupted; " + partial + " is kept", interrupted);
        } catch (IOException failed) {
            throw failure(partial, failed);
        }
    }

    private Fetched requireSame(Path there) throws IOException {
        String found = Files.isRegularFile(there) ? ContentHash.ofFile(there) : "no file";
        if (found.equals(sha256)) {
            return new Fetched(target, Files.size(there), true);
        }
        throw new UserError(
                "%s: expected a new file, or one of SHA-256 %s, found one of %s; choose another name or"
                                .formatted(target, sha256, found)
                        + " remove it");
    }

    private UserError taken() {
        return new UserError(
                target
                        + ": expected to write here alone, found another cfcql process writing to"
                        + " it; wait for it or stop it");
    }

    private Fetched into(Path partial, Path absolute, FetchProgress progress)
            throws IOException, InterruptedException {
        HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(patience.silence())
                        .build();
        Attempt attempt = new Attempt(client, address, patience.silence(), progress);
        try (FileChannel file =
                FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            complete(partial, file, attempt);
            file.force(true);
        } finally {
            if (Files.exists(partial) && Files.size(partial) == 0) {
                Files.delete(partial);
            }
        }
        Files.move(partial, absolute, StandardCopyOption.ATOMIC_MOVE);
        return new Fetched(target, Files.size(absolute), false);
    }

    /** Asks until the file has the hash. Whether it is whole only the hash tells. */
    private void complete(Path partial, FileChannel file, Attempt attempt)
            throws IOException, InterruptedException {
        long furthest = file.size();
        int fruitless = 0;
        boolean begunHere = furthest == 0;
        while (true) {
            Attempt.Ending ending = attempt.run(file);
            String found = ending instanceof Attempt.Broken ? "" : hash(partial);
            if (found.equals(sha256)) {
                return;
            }
            if (ending instanceof Attempt.Whole whole) {
                long bytes = file.size();
                file.truncate(0);
                if (begunHere || whole.from() == 0) {
                    throw otherContent(found, bytes);
                }
                // What an earlier command kept may have been of another file.
                begunHere = true;
                furthest = 0;
                continue;
            }
            if (ending instanceof Attempt.OtherRange) {
                file.truncate(0);
                begunHere = true;
            }
            fruitless = file.size() > furthest ? 0 : fruitless + 1;
            furthest = Math.max(furthest, file.size());
            if (fruitless >= patience.attempts()) {
                if (hash(partial).equals(sha256)) {
                    return;
                }
                throw gaveUp(ending, file.size());
            }
            pause(patience.pauseAfter(fruitless));
        }
    }

    private UserError otherContent(String found, long bytes) {
        return new UserError(
                "expected SHA-256 %s of %s, found %s of %d bytes; nothing was kept, look at the hash"
                                .formatted(sha256, address, found, bytes)
                        + " and the address");
    }

    private static String hash(Path partial) {
        return ContentHash.ofFile(partial);
    }

    private MachineFault gaveUp(Attempt.Ending ending, long bytes) {
        String reason =
                ending instanceof Attempt.Broken broken
                        ? broken.reason()
                        : "other bytes than asked for";
        String kept =
                bytes == 0
                        ? "nothing was kept, run the command again"
                        : "%d bytes are kept in %s.partial, run the command again to go on from there"
                                .formatted(bytes, target);
        return new MachineFault(
                "expected %s to send its file, found %s, %d times without getting further; %s"
                        .formatted(address, reason, patience.attempts(), kept));
    }

    private static void pause(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end) {
            OrderlyEnd.safePlace();
            LockSupport.parkNanos(Math.min(WATCH.toNanos(), end - System.nanoTime()));
        }
    }

    private CfcqlException failure(Path partial, IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return new UserError(
                    target.toAbsolutePath().getParent()
                            + ": expected a folder that can be written to, found access denied",
                    cause);
        }
        return new MachineFault(
                "cannot write "
                        + partial
                        + ": "
                        + cause.getMessage()
                        + "; what came is kept, free space and run the command again",
                cause);
    }
}
