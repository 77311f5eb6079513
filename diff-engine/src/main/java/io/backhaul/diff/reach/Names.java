/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.util.ArrayList;
import java.util.List;
import scala.collection.Iterator;
import scala.collection.Seq;

/** Names in several parts, as Spark hands them out. */
final class Names {

  private Names() {}

  static List<String> of(Seq<String> parts) {
    List<String> names = new ArrayList<>();
    Iterator<String> each = parts.iterator();
    while (each.hasNext()) {
      names.add(each.next());
    }
    return names;
  }
}
