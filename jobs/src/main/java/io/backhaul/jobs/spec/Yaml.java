/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.List;

/** A YAML value that knows where it stands. */
sealed interface Yaml {

  /** Where the value begins. */
  Place place();

  /** For messages: {@code a text}, {@code a list}. */
  String what();

  /** Line and column, both from 1. */
  record Place(int line, int column) {}

  /** What an unquoted word stands for under YAML 1.2's core schema. */
  enum Kind {
    NOTHING("nothing"),
    FLAG("true or false"),
    WHOLE("a whole number"),
    DECIMAL("a number"),
    TEXT("a text");

    private final String what;

    Kind(String what) {
      this.what = what;
    }
  }

  /** A single value; {@code text} is as written, without quotes. */
  record Single(Kind kind, String text, Place place) implements Yaml {
    @Override
    public String what() {
      return kind.what;
    }

    /** The text may be a misplaced secret. */
    @Override
    public String toString() {
      return "Single[" + kind + "]";
    }
  }

  /** A value about which a problem was reported already. */
  record Broken(Place place) implements Yaml {
    @Override
    public String what() {
      return "nothing readable";
    }
  }

  /** A list. */
  record Items(List<Yaml> items, Place place) implements Yaml {
    @Override
    public String what() {
      return "a list";
    }
  }

  /** A mapping; names are unique. */
  record Fields(List<Field> fields, Place place) implements Yaml {
    @Override
    public String what() {
      return "a mapping";
    }
  }

  /** One key of a mapping and its value. */
  record Field(String name, Place place, Yaml value) {}
}
