/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.quiet;

import io.backhaul.diff.platform.Sequences;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** Says that its child is to fail quietly; see {@link QuietExec}. */
public final class QuietPlan extends LogicalPlan {

  private static final long serialVersionUID = 1L;

  private final LogicalPlan child;

  /** Public because Spark copies plans by reflection. */
  public QuietPlan(LogicalPlan child) {
    this.child = child;
  }

  LogicalPlan child() {
    return child;
  }

  @Override
  public Seq<Attribute> output() {
    return child.output().toList();
  }

  @Override
  public Seq<LogicalPlan> children() {
    return Sequences.of(List.of(child));
  }

  /** With Scala 2.12 Spark calls this one, */
  @SuppressWarnings("MissingOverride")
  public LogicalPlan withNewChildrenInternal(scala.collection.IndexedSeq<LogicalPlan> children) {
    return new QuietPlan(children.head());
  }

  /** and with Scala 2.13 this one. */
  @SuppressWarnings("MissingOverride")
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return new QuietPlan(children.head());
  }

  @Override
  public int productArity() {
    return 1;
  }

  @Override
  public Object productElement(int position) {
    return child;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof QuietPlan;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuietPlan quiet && quiet.child.equals(child);
  }

  @Override
  public int hashCode() {
    return 31 * child.hashCode() + 1;
  }
}
