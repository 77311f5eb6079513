/**
 * Klaviyo profiles, events and lists over its JSON:API, revision 2026-07-15
 * (github.com/klaviyo/openapi and developers.klaviyo.com).
 */
package io.backhaul.destination.klaviyo;
