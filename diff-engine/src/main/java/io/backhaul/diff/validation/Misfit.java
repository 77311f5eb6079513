/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.validation;

import java.util.List;

/**
 * Why a rule cannot work on its field.
 *
 * @param problem what is wrong and what to do about it
 * @param candidates valid values in place of a wrong one; may be empty
 */
public record Misfit(String problem, List<String> candidates) {

  public Misfit {
    candidates = List.copyOf(candidates);
  }

  static Misfit of(String problem) {
    return new Misfit(problem, List.of());
  }
}
