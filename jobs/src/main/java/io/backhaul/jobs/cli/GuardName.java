/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A guard, as its messages call it. */
final class GuardName implements ITypeConverter<String> {

  private static final List<String> NAMES =
      List.of("deletes", "changes", "invalid", "source_rows", "rejected");

  @Override
  public String convert(String text) {
    if (!NAMES.contains(text)) {
      throw new TypeConversionException(
          "there is no guard '" + text + "'; the guards are " + String.join(", ", NAMES));
    }
    return text;
  }
}
