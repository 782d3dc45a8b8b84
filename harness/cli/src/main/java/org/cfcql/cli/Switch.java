package org.cfcql.cli;

/** A choice that reads better than true and false. */
enum Switch {
    ON,
    OFF
}
