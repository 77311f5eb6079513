/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.ObjectSchema;
import java.util.function.Supplier;

/**
 * A destination whose answers a careless connector reads: the twin of a test that relies on a
 * careful one.
 */
record Careless(Destination careful, Reading reading) implements Destination {

  /** Makes of the careful connector's answer what a careless one would. */
  @FunctionalInterface
  interface Reading {
    Delivery of(Batch batch, Supplier<Delivery> answer);
  }

  @Override
  public Capabilities capabilities() {
    return careful.capabilities();
  }

  @Override
  public ObjectSchema describe(String object) {
    return careful.describe(object);
  }

  @Override
  public Delivery write(Batch batch) {
    return reading.of(batch, () -> careful.write(batch));
  }

  @Override
  public void close() {
    careful.close();
  }
}
