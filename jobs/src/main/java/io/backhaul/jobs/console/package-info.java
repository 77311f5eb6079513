/** What a person at a terminal sees: tables, and progress while a step runs. */
package io.backhaul.jobs.console;
