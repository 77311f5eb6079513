/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

/** An expression or a template that has no value for the record or the answer it was given. */
final class TemplateFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * @param message may quote the record
   */
  TemplateFailure(String code, String message) {
    super(message);
    this.code = code;
  }

  String code() {
    return code;
  }
}
