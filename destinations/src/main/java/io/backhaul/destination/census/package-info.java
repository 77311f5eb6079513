/**
 * Connectors that people run for Census, called in the JSON-RPC protocol that Census calls them by
 * ("Custom Destination API", v1, sutrolabs/census-docs).
 */
package io.backhaul.destination.census;
