/**
 * The one loop that delivers: gate, breaker, write or resume, results, retry. All waiting and all
 * repeating of the product happens here, and everything that is learned goes to the {@link
 * io.backhaul.destination.send.OutcomeLog} before the loop goes on.
 */
package io.backhaul.destination.send;
