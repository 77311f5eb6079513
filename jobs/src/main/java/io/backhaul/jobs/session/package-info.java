/** The Spark session that a command works in. */
package io.backhaul.jobs.session;
