/**
 * Data sets from and to HDF5 files in the layout of the published discrete data.
 *
 * <p>Invariants: foreign files are checked before they are believed, shapes, types and checksums
 * alike; what was exported here is imported again as the same data set.
 */
package org.cfcql.data.hdf5;
