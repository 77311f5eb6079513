/**
 * Measures Backhaul beside what people would use in its place and beside the floor of the machine,
 * on the same data and in the same process. Everything that counts is a ratio within one run.
 */
package io.backhaul.jobs.bench;
