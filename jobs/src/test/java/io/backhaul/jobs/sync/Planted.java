/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Values that must stand nowhere, and the search for them: as they are, URL-encoded, JSON-escaped,
 * in base64 at each of its three offsets, in hex; whole or any fragment of {@value #FRAGMENT}
 * bytes; in whatever case.
 */
final class Planted {

  /** What is shorter says nothing of a value. */
  private static final int FRAGMENT = 10;

  private static final int LINE_HEAD = 100;
  private static final int MOST_TOLD = 40;

  private final Map<Integer, byte[][]> windows = new HashMap<>();
  private final Map<Integer, String[]> names = new HashMap<>();

  /**
   * @param values by the name that they are reported under
   */
  Planted(Map<String, ? extends Collection<String>> values) {
    values.forEach((name, all) -> all.forEach(value -> add(name, value)));
  }

  private void add(String name, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    plant(name, utf8);
    plant(name, value.getBytes(StandardCharsets.UTF_16LE));
    plant(name, URLEncoder.encode(value, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
    StringBuilder escaped = new StringBuilder();
    value
        .chars()
        .forEach(
            c ->
                escaped.append(
                    c == '"' || c == '\\'
                        ? "\\" + (char) c
                        : c < 128 ? "" + (char) c : "\\u%04x".formatted(c)));
    plant(name, escaped.toString().getBytes(StandardCharsets.UTF_8));
    plant(name, HexFormat.of().formatHex(utf8).getBytes(StandardCharsets.UTF_8));
    for (int offset = 0; offset < 3; offset++) {
      byte[] shifted = new byte[offset + utf8.length];
      System.arraycopy(utf8, 0, shifted, offset, utf8.length);
      byte[] text = Base64.getEncoder().withoutPadding().encode(shifted);
      // what the neighbours' bits are mixed into says nothing of the value alone
      plant(name, Arrays.copyOfRange(text, offset == 0 ? 0 : offset + 1, text.length - 1));
    }
  }

  private void plant(String name, byte[] form) {
    byte[] lower = form.clone();
    for (int i = 0; i < lower.length; i++) {
      lower[i] = lower(lower[i]);
    }
    for (int from = 0; from + FRAGMENT <= lower.length; from++) {
      byte[] window = Arrays.copyOfRange(lower, from, from + FRAGMENT);
      int hash = hash(window);
      windows.merge(hash, new byte[][] {window}, Planted::joined);
      names.merge(hash, new String[] {name}, Planted::joined);
    }
  }

  private static <T> T[] joined(T[] one, T[] other) {
    T[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }

  private static final int BASE = 31;

  private static int hash(byte[] window) {
    int hash = 0;
    for (byte b : window) {
      hash = hash * BASE + b;
    }
    return hash;
  }

  /** Names of the values found, each with the text around its first place. */
  Set<String> in(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return in(in, file.getFileName().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Set<String> in(String text, String where) {
    try {
      return in(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), where);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Set<String> in(InputStream in, String where) throws IOException {
    int highest = 1;
    for (int i = 1; i < FRAGMENT; i++) {
      highest *= BASE;
    }
    Map<String, String> found = new HashMap<>();
    byte[] ring = new byte[256];
    byte[] window = new byte[FRAGMENT];
    StringBuilder line = new StringBuilder();
    long read = 0;
    int hash = 0;
    for (int next = in.read(); next >= 0; next = in.read()) {
      byte b = lower((byte) next);
      if (next == '\n') {
        line.setLength(0);
      } else if (line.length() < LINE_HEAD) {
        line.append((char) next);
      }
      if (read >= FRAGMENT) {
        hash -= lower(ring[(int) ((read - FRAGMENT) & 255)]) * highest;
      }
      hash = hash * BASE + b;
      ring[(int) (read++ & 255)] = (byte) next;
      byte[][] candidates = read < FRAGMENT ? null : windows.get(hash);
      if (candidates != null) {
        for (int i = 0; i < FRAGMENT; i++) {
          window[i] = lower(ring[(int) ((read - FRAGMENT + i) & 255)]);
        }
        for (int i = 0; i < candidates.length; i++) {
          if (Arrays.equals(window, candidates[i])) {
            String name = names.get(hash)[i] + " in " + where + ", on a line of " + kind(line);
            if (found.size() < MOST_TOLD && !found.containsKey(name)) {
              found.put(name, around(ring, read));
            }
          }
        }
      }
    }
    Set<String> all = new TreeSet<>();
    found.forEach((name, around) -> all.add(name + ": …" + around));
    return all;
  }

  /** What a line begins with, but for what tells it from others of its kind. */
  private static String kind(CharSequence line) {
    return line.toString().replaceAll("[^ -~]|[0-9]+", "");
  }

  private static String around(byte[] ring, long read) {
    int length = (int) Math.min(read, 200);
    byte[] before = new byte[length];
    for (int i = 0; i < length; i++) {
      before[i] = ring[(int) ((read - length + i) & 255)];
    }
    return new String(before, StandardCharsets.UTF_8)
        .replaceAll("\\s+", " ")
        .toLowerCase(Locale.ROOT);
  }
}
