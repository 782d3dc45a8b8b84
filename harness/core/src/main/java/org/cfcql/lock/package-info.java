/**
 * Files by which processes keep out of each other's folders.
 *
 * <p>Invariants: a lock ends with its process, however that ends, so a lock file that was left
 * behind holds nobody up; a lock that cannot be taken because of the file system is never taken for
 * granted. This package depends on {@code error} only.
 */
package org.cfcql.lock;
