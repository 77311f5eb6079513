/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.inspect;

import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;

/** What a connector makes of an answer. */
public sealed interface Reading {

  /** The batch has results, or is a job whose results come later. */
  record Understood(Delivery delivery) implements Reading {}

  /** The batch as a whole ended without results. */
  record Failed(DestinationException failure) implements Reading {}
}
