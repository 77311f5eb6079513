/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The ways in which a message may say a value: in another case, with other punctuation, cut short,
 * as URL, JSON or HTML escape it, in base64 or hex. Immutable.
 */
final class Spellings {

  /** Shorter words would leave nothing to read. */
  private static final int SHORTEST_WORD = 3;

  private final Set<String> words;
  private final Set<String> forms;

  private Spellings(Set<String> words, Set<String> forms) {
    this.words = words;
    this.forms = forms;
  }

  /**
   * @param value not blank
   * @param byWord whether each word of the value is to be hidden, too
   */
  static Spellings of(String value, boolean byWord) {
    Set<String> words = new LinkedHashSet<>();
    Set<String> forms = new LinkedHashSet<>();
    for (String spelt : written(value)) {
      words.add(SearchedText.folded(spelt));
      add(forms, spelt);
    }
    if (byWord) {
      for (String word : value.split("[^\\p{L}\\p{N}\\p{M}]+")) {
        if (word.length() >= SHORTEST_WORD) {
          written(word).forEach(spelt -> words.add(SearchedText.folded(spelt)));
        }
      }
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    add(forms, HexFormat.of().formatHex(utf8));
    for (int offset = 0; offset < 3; offset++) {
      add(forms, base64(utf8, offset));
    }
    return new Spellings(words, forms);
  }

  /** The value's text as programs write it. */
  private static List<String> written(String value) {
    List<String> all = new ArrayList<>();
    all.add(value);
    all.add(Normalizer.normalize(value, Normalizer.Form.NFC));
    all.add(Normalizer.normalize(value, Normalizer.Form.NFD));
    String url = URLEncoder.encode(value, StandardCharsets.UTF_8);
    all.add(url);
    all.add(url.replace("+", "%20"));
    StringBuilder json = new StringBuilder();
    StringBuilder ascii = new StringBuilder();
    StringBuilder html = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      String quoted = c == '"' || c == '\\' ? "\\" + c : String.valueOf(c);
      json.append(quoted);
      ascii.append(c < 0x80 ? quoted : "\\u" + HexFormat.of().toHexDigits(c));
      html.append(c < 0x80 && "&<>\"'".indexOf(c) < 0 ? String.valueOf(c) : "&#" + (int) c + ";");
    }
    all.add(json.toString());
    all.add(ascii.toString());
    all.add(html.toString());
    return all;
  }

  private static void add(Set<String> forms, String form) {
    String projected = SearchedText.projected(form);
    if (projected.length() >= SearchedText.FRAGMENT) {
      forms.add(projected);
    }
  }

  /** As it stands inside a longer text in base64, without what its neighbours' bits flow into. */
  private static String base64(byte[] utf8, int offset) {
    byte[] shifted = new byte[offset + utf8.length];
    System.arraycopy(utf8, 0, shifted, offset, utf8.length);
    String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
    return text.substring(offset == 0 ? 0 : offset + 1, text.length() - 1);
  }

  /** Hides all that the text says of the value. */
  void hide(SearchedText text) {
    words.forEach(text::hideWord);
    forms.forEach(text::hideParts);
  }
}
