/**
 * A stateful destination on the loopback interface, with faults that can be switched on while it
 * runs. It shares no parsing code with the connectors: what a connector gets wrong shows here.
 */
package io.backhaul.destination.sandbox;
