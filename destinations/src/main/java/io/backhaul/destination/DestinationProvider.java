/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import io.backhaul.destination.config.Shape;

/** Makes the destinations of one {@code type:}; found by {@link java.util.ServiceLoader}. */
public interface DestinationProvider {

  /** The value of {@code type:} in a destination file, for example {@code hubspot}. */
  String type();

  /**
   * The keys a destination file of this type may hold, {@code type} itself left out. The spec
   * reader, the JSON Schema and the reference are all made from it.
   */
  Shape.Obj shape();

  /**
   * Opens the destination; no I/O until the first {@link Destination#describe} or {@link
   * Destination#write}. The configuration has been checked against {@link #shape()}.
   */
  Destination open(DestinationConfig config, DeliveryContext context);
}
