/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.platform;

import java.util.ArrayList;
import java.util.List;
import scala.collection.Iterable;
import scala.collection.Iterator;
import scala.collection.immutable.List$;

/**
 * Lists of Java and of Scala, by what both of Scala 2.12 and 2.13 have: their own converters moved.
 */
public final class Sequences {

  private Sequences() {}

  /**
   * The elements in their order, as an immutable list: in 2.13 Spark takes no other sequences, and
   * in 2.12 it takes any.
   */
  public static <T> scala.collection.immutable.List<T> of(List<? extends T> elements) {
    scala.collection.immutable.List<T> list = List$.MODULE$.empty();
    for (int i = elements.size() - 1; i >= 0; i--) {
      list = list.$colon$colon(elements.get(i));
    }
    return list;
  }

  /** The elements in their order; a copy. */
  public static <T> List<T> list(Iterable<? extends T> elements) {
    List<T> list = new ArrayList<>();
    Iterator<? extends T> each = elements.iterator();
    while (each.hasNext()) {
      list.add(each.next());
    }
    return list;
  }
}
