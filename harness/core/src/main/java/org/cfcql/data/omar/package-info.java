/**
 * Data sets from and to folders of npy files in the layout of the published continuous data.
 *
 * <p>Invariants: foreign files are checked before they are believed; what was exported here is
 * imported again as the same data set.
 */
package org.cfcql.data.omar;
