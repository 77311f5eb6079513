/** Salesforce: sObject Collections of the REST API, and ingest jobs of Bulk API 2.0. */
package io.backhaul.destination.salesforce;
