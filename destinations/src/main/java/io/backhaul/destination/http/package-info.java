/**
 * What every HTTP destination shares: one call with a total deadline, credentials, the table from
 * status to action, and what may be said in a message. Nothing here retries or sleeps; that is the
 * sender's.
 */
package io.backhaul.destination.http;
