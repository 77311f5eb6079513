/**
 * What makes one application of many processes: a Spark plugin by which executors share out the
 * rate of each destination account, know its circuit, and tell the driver what they count.
 */
package io.backhaul.jobs.coordination;
