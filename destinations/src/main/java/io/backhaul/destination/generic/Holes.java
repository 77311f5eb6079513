/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.DestinationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A text with holes that hold JSLT: {@code /contacts/{.id}}. {@code {object}} and {@code {op}} are
 * short for the variables of these names. Immutable.
 */
final class Holes {

  private static final Set<String> SHORT = Set.of("object", "op");

  /** A piece of text, or a hole. */
  private record Part(String text, Expr hole) {}

  private final List<Part> parts;

  private Holes(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /** A text that is taken as it stands, whatever is in it. */
  static Holes literal(String text) {
    return new Holes(List.of(new Part(text, null)));
  }

  /**
   * Reads a text with holes.
   *
   * @param where the key it stands under
   * @throws DestinationException (refused) if a hole does not end or holds no JSLT
   */
  static Holes of(String where, String text) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', at)) {
      int close = end(text, open);
      if (close < 0) {
        throw DestinationException.refused(
            "TEMPLATE_REFUSED", 0, where + " holds a { that no } ends");
      }
      if (open > at) {
        parts.add(new Part(text.substring(at, open), null));
      }
      String inside = text.substring(open + 1, close).strip();
      parts.add(new Part(null, Expr.jslt(where, SHORT.contains(inside) ? "$" + inside : inside)));
      at = close + 1;
    }
    if (at < text.length() || parts.isEmpty()) {
      parts.add(new Part(text.substring(at), null));
    }
    return new Holes(parts);
  }

  /** Where the brace is closed that is opened at {@code open}; braces in JSLT's texts are text. */
  private static int end(String text, int open) {
    int depth = 0;
    boolean quoted = false;
    for (int i = open; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /** The text with {@code filling} in its holes. */
  String withHolesAs(String filling) {
    StringBuilder text = new StringBuilder();
    parts.forEach(part -> text.append(part.hole() == null ? part.text() : filling));
    return text.toString();
  }

  /** Whether there is nothing to fill in. */
  boolean isLiteral() {
    return parts.stream().allMatch(part -> part.hole() == null);
  }

  /**
   * The text with its holes filled in.
   *
   * @param encode applied to each value
   * @throws TemplateFailure if one has no value
   */
  String filled(JsonNode input, Scope scope, UnaryOperator<String> encode) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (part.hole() == null) {
        text.append(part.text());
        continue;
      }
      String value = JsltFunctions.plain(part.hole().on(input, scope));
      if (value == null || value.isEmpty()) {
        throw new TemplateFailure("VALUE_MISSING", "a value that the address needs is missing");
      }
      text.append(encode.apply(value));
    }
    return text.toString();
  }

  /** The value itself where the whole text is one hole; else the text, holes filled in. */
  JsonNode value(JsonNode input, Scope scope) {
    return parts.size() == 1 && parts.get(0).hole() != null
        ? parts.get(0).hole().on(input, scope)
        : JsonNodeFactory.instance.textNode(filled(input, scope, UnaryOperator.identity()));
  }
}
