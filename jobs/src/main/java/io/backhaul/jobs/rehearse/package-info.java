/** Runs of a sync that deliver to a sandbox in place of its destination. */
package io.backhaul.jobs.rehearse;
