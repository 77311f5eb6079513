/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.jobs.spec.SchemaCheck;
import io.backhaul.jobs.spec.SpecException;
import io.backhaul.jobs.spec.SpecProblem;
import io.backhaul.jobs.spec.SyncSpec;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares a mapping with the fields that the destination has at this moment, on the driver, before
 * anything is planned: a field that is not there would be refused record by record.
 */
final class FieldCheck {

  private static final Logger LOG = LoggerFactory.getLogger(FieldCheck.class);

  private FieldCheck() {}

  /**
   * Passes a mapping that fits, and any where the destination cannot be asked: whether it can be
   * sent to shows when it is sent to.
   *
   * @throws SpecException with all that does not fit, each with its place in the sync file
   */
  static void check(SyncSpec spec) {
    ObjectSchema schema;
    try (Destination destination = Delivery.open(spec.destination())) {
      schema = destination.describe(spec.object());
    } catch (DestinationException e) {
      LOG.info("{}: fields of {} not checked: {}", spec.id(), spec.object(), e.code());
      return;
    }
    List<SpecProblem> problems = SchemaCheck.check(spec, schema);
    if (!problems.isEmpty()) {
      throw new SpecException(problems);
    }
  }
}
