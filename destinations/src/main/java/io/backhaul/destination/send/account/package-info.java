/**
 * What the processes of one application share of a destination account: its rate, the pauses it
 * asked for, and its circuit. {@link io.backhaul.destination.send.account.Accounts} keeps it in one
 * place; {@link io.backhaul.destination.send.account.SharedAccount} is how a sender elsewhere takes
 * part, through whatever carries an {@link io.backhaul.destination.send.account.AccountRequest}.
 */
package io.backhaul.destination.send.account;
