/** What dbt left in its target folder: models, how they were built, how fresh their sources are. */
package io.backhaul.jobs.spec.dbt;
