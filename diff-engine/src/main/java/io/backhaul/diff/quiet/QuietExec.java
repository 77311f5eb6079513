/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.quiet;

import io.backhaul.diff.platform.Sequences;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskKilledException;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** Hands on the rows of its child, and of its failures the kind and the place. */
public final class QuietExec extends SparkPlan {

  private static final long serialVersionUID = 1L;

  private final SparkPlan child;

  /** Public because Spark copies plans by reflection. */
  public QuietExec(SparkPlan child) {
    this.child = child;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    return child.execute().toJavaRDD().mapPartitions(Quiet::new, true).rdd();
  }

  /** Passes rows on; a task that is told to end is not a failure. */
  private record Quiet(Iterator<InternalRow> rows) implements Iterator<InternalRow> {
    @Override
    public boolean hasNext() {
      try {
        return rows.hasNext();
      } catch (TaskKilledException e) {
        throw e;
      } catch (Exception e) { // Scala throws checked exceptions that it does not declare
        throw RowFailure.of(e);
      }
    }

    @Override
    public InternalRow next() {
      try {
        return rows.next();
      } catch (TaskKilledException e) {
        throw e;
      } catch (Exception e) { // as above
        throw RowFailure.of(e);
      }
    }
  }

  @Override
  public Seq<Attribute> output() {
    return child.output().toList();
  }

  @Override
  public Partitioning outputPartitioning() {
    return child.outputPartitioning();
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering().toList();
  }

  @Override
  public Seq<SparkPlan> children() {
    return Sequences.of(List.of(child));
  }

  /** With Scala 2.12 Spark calls this one, */
  @SuppressWarnings("MissingOverride")
  public SparkPlan withNewChildrenInternal(scala.collection.IndexedSeq<SparkPlan> children) {
    return new QuietExec(children.head());
  }

  /** and with Scala 2.13 this one. */
  @SuppressWarnings("MissingOverride")
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return new QuietExec(children.head());
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
    return other instanceof QuietExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuietExec quiet && quiet.child.equals(child);
  }

  @Override
  public int hashCode() {
    return 31 * child.hashCode() + 2;
  }
}
