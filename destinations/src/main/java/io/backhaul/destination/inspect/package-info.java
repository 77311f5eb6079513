/** What a connector would send, and what it makes of an answer; nothing is sent. */
package io.backhaul.destination.inspect;
