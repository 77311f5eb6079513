/**
 * A destination in a process of its own that does nothing but count what arrives. Uses the JDK
 * alone, so that the process starts with one folder or jar on its class path.
 */
package io.backhaul.jobs.bench.server;
