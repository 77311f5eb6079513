/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

/**
 * What one durable write to a journal says; sets of keys are bits.
 *
 * @param batch position in its partition
 * @param intent keys about to be sent
 * @param last whether the batch has an outcome for each of its keys now
 */
record Frame(
    int batch, int intent, int applied, int rejected, int unknown, int deferred, boolean last) {

  static Frame intent(int batch, int keys) {
    return new Frame(batch, keys, 0, 0, 0, 0, false);
  }

  static Frame known(int batch, int applied, int rejected) {
    return new Frame(batch, 0, applied, rejected, 0, 0, false);
  }

  static Frame unknown(int batch, int keys) {
    return new Frame(batch, 0, 0, 0, keys, 0, false);
  }

  static Frame deferred(int batch, int keys) {
    return new Frame(batch, 0, 0, 0, 0, keys, false);
  }

  Frame and(Frame other) {
    return new Frame(
        batch,
        0,
        applied | other.applied,
        rejected | other.rejected,
        unknown | other.unknown,
        deferred | other.deferred,
        false);
  }

  Frame asLast() {
    return new Frame(batch, intent, applied, rejected, unknown, deferred, true);
  }

  int outcomes() {
    return applied | rejected | unknown | deferred;
  }
}
