/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/** Resolves a lookup against the source's columns and the key that it is for. */
final class LookupResolver {

  private final Map<String, LookupIds> ids;
  private final Function<Lookup.Part, Optional<SourceColumns.Found>> find;
  private final Consumer<String> problems;

  /**
   * @param ids by sync; those that are not there have delivered nothing yet
   * @param find finds a part of the key in the source, or reports why not
   * @param problems gets what does not fit
   */
  LookupResolver(
      Map<String, LookupIds> ids,
      Function<Lookup.Part, Optional<SourceColumns.Found>> find,
      Consumer<String> problems) {
    this.ids = ids;
    this.find = find;
    this.problems = problems;
  }

  /** The lookup of the field at a position; empty if a problem was reported. */
  Optional<Lookups.One> resolve(FieldMapping.FromLookup from, int position) {
    Lookup lookup = from.lookup();
    LookupIds there = ids.get(lookup.sync());
    if (there != null && !names(there).equals(names(lookup))) {
      problems.accept(
          lookup.sync()
              + " has delivered under the key "
              + String.join(", ", there.keys().fieldNames())
              + ", and its file has another one; run it first");
      return Optional.empty();
    }
    List<Column> key = new ArrayList<>();
    for (Lookup.Part part : lookup.key()) {
      Optional<SourceColumns.Found> found = find.apply(part);
      if (found.isPresent() && isComparable(lookup, part, there, found.get().type())) {
        Column value = found.get().column();
        key.add(RowHash.isCollated(found.get().type()) ? value.cast(DataTypes.StringType) : value);
      }
    }
    return key.size() < lookup.key().size()
        ? Optional.empty()
        : Optional.of(new Lookups.One(position, from.field(), lookup, key, there));
  }

  private static Set<String> names(LookupIds there) {
    return Stream.of(there.keys().fieldNames())
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  private static Set<String> names(Lookup lookup) {
    return lookup.key().stream()
        .map(part -> part.column().toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  /** Whether equal values of both types are the same key; Spark would compare any two. */
  private boolean isComparable(Lookup lookup, Lookup.Part part, LookupIds there, DataType type) {
    if (there == null) {
      return true;
    }
    StructField theirs = there.column(part.column());
    boolean fits =
        theirs.dataType().equals(type)
            || (theirs.dataType() instanceof StringType && type instanceof StringType)
            || (isExactNumber(theirs.dataType()) && isExactNumber(type));
    if (!fits) {
      problems.accept(
          "`"
              + part.text()
              + "` is a "
              + type.simpleString()
              + ", and the key `"
              + theirs.name()
              + "` of "
              + lookup.sync()
              + " is a "
              + theirs.dataType().simpleString()
              + "; cast it with `expr`");
    }
    return fits;
  }

  private static boolean isExactNumber(DataType type) {
    return type instanceof IntegralType || type instanceof DecimalType;
  }
}
