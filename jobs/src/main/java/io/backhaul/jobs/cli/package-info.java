/** The command line: one class a command, which asks {@link io.backhaul.jobs.cli.Operations}. */
package io.backhaul.jobs.cli;
