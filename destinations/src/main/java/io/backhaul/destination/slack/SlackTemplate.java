/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import com.schibsted.spt.data.jslt.parser.TokenMgrError;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.ChangeFields;
import java.io.StringReader;

/**
 * A JSLT expression over a row: its fields, and its key columns where no field has their name. What
 * comes out null or empty is left out of objects, as JSLT has it.
 */
record SlackTemplate(String key, Expression expression) {

  /**
   * Compiles an expression.
   *
   * @param key of the destination file that it stands under
   * @throws DestinationException (refused) if it is no JSLT
   */
  static SlackTemplate of(String key, String jslt) {
    try {
      Parser parser =
          new Parser(new StringReader(jslt))
              .withSource(key)
              .withResourceResolver(
                  name -> {
                    throw new JsltException("there is nothing to import");
                  });
      return new SlackTemplate(key, parser.compile());
    } catch (RuntimeException | StackOverflowError | TokenMgrError e) {
      throw DestinationException.refused(
          "TEMPLATE_REFUSED", 0, key + " is not JSLT: " + firstLine(e));
    }
  }

  /** What it makes of a row. */
  JsonNode on(ChangeFields record) throws Unsendable {
    try {
      return expression.apply(record.key().deepCopy().setAll(record.fields()));
    } catch (JsltException | ArithmeticException | ClassCastException | StackOverflowError e) {
      throw new Unsendable("TEMPLATE_FAILED", key, firstLine(e));
    }
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse("");
  }
}
