/**
 * Zendesk Support: users, organizations, tickets and custom objects over the bulk endpoints of the
 * Ticketing API, whose work is done by background jobs (developer.zendesk.com, "Job Statuses").
 */
package io.backhaul.destination.zendesk;
