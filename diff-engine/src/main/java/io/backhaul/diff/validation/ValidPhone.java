/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.validation;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import org.apache.spark.sql.api.java.UDF1;

/** Whether libphonenumber holds a number valid. */
final class ValidPhone implements UDF1<String, Boolean> {

  private static final long serialVersionUID = 1L;

  private final String region;

  /**
   * Reads numbers as they are dialled in a region.
   *
   * @param region ISO 3166 country, or {@code null} to take only numbers that start with +
   */
  ValidPhone(String region) {
    this.region = region;
  }

  @Override
  public Boolean call(String text) {
    if (text == null) {
      return null;
    }
    PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
    try {
      return numbers.isValidNumber(numbers.parse(text, region));
    } catch (NumberParseException e) {
      return false;
    }
  }
}
