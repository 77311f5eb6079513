/**
 * Configuration files: read from YAML, checked all at once with file, line and column, and turned
 * into specs. Knows no Spark session and does no I/O but reading these files and their secrets.
 */
package io.backhaul.jobs.spec;
