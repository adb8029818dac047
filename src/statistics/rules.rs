//! Which rows a figure counts, which it misses by one thing, and which rows say nothing about it: one
//! table of rules over the frames of [`super::frames`]. A rule may build upon others; each is
//! evaluated once ([`super::masks`]). What is missing satisfies no rule.

use crate::config::TrainingDate;
use crate::vocabulary::labels::{
    Education, EmploymentStatus, IntakeFrom, LeaveKind, Schooling, Skill, StudentStatus, StudyForm,
    TrainingKind,
};

use super::frames::{Frame, Mask};
use super::view::FrameView;

/// One frame as the rules see it.
pub(super) type On<'a> = FrameView<'a, FigureRule>;

/// Positions of labels in their code list.
macro_rules! labels {
    ($($label:path)|+) => { &[$($label as i32),+] };
}

macro_rules! rules {
    ($($frame:ident { $($(#[$doc:meta])+ $name:ident = |$on:ident| $body:expr;)+ })+) => {
        /// A rule over one of the frames.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum FigureRule { $($($(#[$doc])+ $name,)+)+ }

        impl FigureRule {
            /// How many there are.
            pub const COUNT: usize = [$($(Self::$name,)+)+].len();

            /// The frame it is about.
            pub fn frame(self) -> Frame {
                match self { $($(Self::$name => Frame::$frame,)+)+ }
            }

            /// The rows it holds for.
            pub(super) fn evaluate(self, on: &On) -> Mask {
                match self { $($(Self::$name => { let $on = on; $body })+)+ }
            }
        }
    };
}

rules! {
    Rows {
        /// Decided by nobody yet: the best candidate stands in for the person.
        InReview = |on| on.flag("pending");
        /// Rows of schools.
        Student = |on| {
            let students = !on.flag("training");
            if on.terms.settings.full_time_only {
                students & on.is("study_form", labels!(StudyForm::FullTime))
            } else {
                students
            }
        };
        /// Rows of agencies.
        Trainee = |on| on.flag("training");
        /// Students with 正式学籍.
        Enrolled = |on| on.rule(FigureRule::Student) & &on.is("status", labels!(StudentStatus::Enrolled));
        /// Students who entered in the window.
        Entered = |on| on.rule(FigureRule::Student) & &on.within("entry");
        /// ②
        Recruited = |on| on.rule(FigureRule::Entered) & on.rule(FigureRule::Enrolled);
        /// From 初中 or 高中.
        FromSchool = |on| {
            on.is("intake_from", labels!(IntakeFrom::JuniorMiddle | IntakeFrom::SeniorMiddle))
        };
        /// ① with the setting `intake`; with `paired-counties` see [`FigureRule::LiangHouSheng`].
        RecruitedLiangHouSheng = |on| on.rule(FigureRule::Recruited) & on.rule(FigureRule::FromSchool);
        /// ③
        InSchool = |on| {
            let status: &[i32] = if on.terms.settings.count_suspended {
                labels!(StudentStatus::Enrolled | StudentStatus::Suspended)
            } else {
                labels!(StudentStatus::Enrolled)
            };
            on.rule(FigureRule::Student) & &on.is("status", status)
        };
        /// Students whose 离校类别 is 毕业.
        Graduate = |on| on.rule(FigureRule::Student) & &on.is("leave_kind", labels!(LeaveKind::Graduated));
        /// ④
        Graduated = |on| on.rule(FigureRule::Graduate) & &on.within("left");
        /// ⑤
        GraduatedEmployed = |on| on.rule(FigureRule::Graduated) & &on.at_most("employed", on.terms.as_of);
        /// ⑥, and 培训人数 and 培训人次 of Annex 3.
        Trained = |on| on.rule(FigureRule::Trainee) & &on.within(placing(on));
        /// No date of work and none of a business.
        Undated = |on| on.unknown("employed") & on.unknown("business");
        /// In work not before the end of the class.
        EmployedAfter = |on| after_class(on, "employed", "employed_last");
        /// In business not before the end of the class, or by the setting in a status.
        FoundedAfter = |on| {
            let dated = after_class(on, "business", "business_last");
            dated | undated_status(on, labels!(EmploymentStatus::SelfEmployed))
        };
        /// ⑦
        TrainedEmployed = |on| {
            let status = labels!(EmploymentStatus::Employed | EmploymentStatus::SelfEmployed);
            let counted = on.rule(FigureRule::EmployedAfter) | on.rule(FigureRule::FoundedAfter);
            on.rule(FigureRule::Trained) & &(counted | undated_status(on, status))
        };
        /// 其中:创业人数
        TrainedFounded = |on| on.rule(FigureRule::Trained) & on.rule(FigureRule::FoundedAfter);
        /// 取得证书人数
        TrainedCertified = |on| on.rule(FigureRule::Trained) & &on.flag("certified");
        /// 引导性培训
        Orientation = |on| of_kind(on, TrainingKind::Orientation);
        /// 就业技能培训
        Employment = |on| of_kind(on, TrainingKind::Employment);
        /// 岗位技能培训
        OnPost = |on| of_kind(on, TrainingKind::OnPost);
        /// 就地就近技能培训
        Nearby = |on| of_kind(on, TrainingKind::Nearby);
        /// 劳动预备制培训
        Preparatory = |on| of_kind(on, TrainingKind::Preparatory);
        /// 创业培训
        Startup = |on| of_kind(on, TrainingKind::Startup);
        /// In a course that is running at the report date, or whose days of reckoning lie in the window.
        CurrentCourse = |on| {
            let running = on.at_least("end", on.terms.as_of);
            let current = on.within("start") | on.within("end") | running;
            on.rule(FigureRule::Trainee) & &(on.at_most("start", on.terms.as_of) & current)
        };
        /// Students who entered in the year of the report date, unless from elsewhere than 初中 or 高中.
        EnteredThisYear = |on| {
            let from = on.unknown("intake_from") | on.rule(FigureRule::FromSchool).clone();
            !on.flag("training") & from & on.between("entry", [on.terms.new_year, on.terms.as_of])
        };

        // What keeps a row out of a figure although everything else is right.

        /// 正式学籍 without 入学时间.
        EntryUnknown = |on| on.rule(FigureRule::Enrolled) & &on.unknown("entry");
        /// 正式学籍, entering after the report date.
        EntryLate = |on| on.rule(FigureRule::Enrolled) & &on.late("entry");
        /// Entered in the window, 保留学籍.
        EnteredSuspended = |on| {
            on.rule(FigureRule::Entered) & &on.is("status", labels!(StudentStatus::Suspended))
        };
        /// Entered in the window and gone.
        EnteredAndLeft = |on| on.rule(FigureRule::Entered) & &on.is("status", labels!(StudentStatus::Left));
        /// Entered in the window, nothing known of the status.
        EnteredWithoutStatus = |on| on.rule(FigureRule::Entered) & &on.unknown("status");
        /// [`FigureRule::EntryUnknown`] among those from 初中 or 高中.
        YoungEntryUnknown = |on| on.rule(FigureRule::EntryUnknown) & on.rule(FigureRule::FromSchool);
        /// [`FigureRule::EntryLate`] among those from 初中 or 高中.
        YoungEntryLate = |on| on.rule(FigureRule::EntryLate) & on.rule(FigureRule::FromSchool);
        /// [`FigureRule::EnteredSuspended`] among those from 初中 or 高中.
        YoungSuspended = |on| on.rule(FigureRule::EnteredSuspended) & on.rule(FigureRule::FromSchool);
        /// [`FigureRule::EnteredAndLeft`] among those from 初中 or 高中.
        YoungAndLeft = |on| on.rule(FigureRule::EnteredAndLeft) & on.rule(FigureRule::FromSchool);
        /// Recruited from nobody knows where.
        OriginUnknown = |on| on.rule(FigureRule::Recruited) & &on.unknown("intake_from");
        /// Neither 学籍状态 nor 离校类别.
        StatusUnknown = |on| {
            on.rule(FigureRule::Student) & &(on.unknown("status") & on.unknown("leave_kind"))
        };
        /// Left in the window by 结业, 预毕业 or 预结业.
        Completed = |on| {
            let kinds =
                labels!(LeaveKind::Completed | LeaveKind::PreGraduated | LeaveKind::PreCompleted);
            on.rule(FigureRule::Student) & &(on.is("leave_kind", kinds) & on.within("left"))
        };
        /// Graduates without 毕业时间.
        GraduationUnknown = |on| on.rule(FigureRule::Graduate) & &on.unknown("left");
        /// Graduates of a later day.
        GraduationLate = |on| on.rule(FigureRule::Graduate) & &on.late("left");
        /// Graduates whose work begins later.
        GraduateEmployedLate = |on| on.rule(FigureRule::Graduated) & &on.late("employed");
        /// Trainees of a class without the date that places it.
        ClassUndated = |on| on.rule(FigureRule::Trainee) & &on.unknown(placing(on));
        /// Trainees of a class that is placed later.
        ClassLate = |on| on.rule(FigureRule::Trainee) & &on.late(placing(on));
        /// Dated work, and no end of the class to compare it with.
        EndUnknown = |on| on.rule(FigureRule::Trained) & &(on.unknown("end") & !on.rule(FigureRule::Undated));
        /// Work or a business of a later day.
        WorkLate = |on| on.rule(FigureRule::Trained) & &(on.late("employed") | on.late("business"));
        /// Work or a business before the end of the class.
        WorkBeforeEnd = |on| {
            let early = on.before("employed_last", "end") | on.before("business_last", "end");
            on.rule(FigureRule::Trained) & &early
        };
        /// A dated business, and no end of the class to compare it with.
        FoundingEndUnknown = |on| {
            on.rule(FigureRule::Trained) & &(on.unknown("end") & !on.unknown("business"))
        };
        /// A business of a later day.
        FoundingLate = |on| on.rule(FigureRule::Trained) & &on.late("business");
        /// A business before the end of the class.
        FoundingBeforeEnd = |on| on.rule(FigureRule::Trained) & &on.before("business_last", "end");

        // Values that are told because a figure could not use them, or only by a rule of thumb.

        /// Students of any status who enter after the report date.
        AnyEntryLate = |on| !on.rule(FigureRule::Trainee) & on.late("entry");
        /// 正式学籍, and the window cuts through what is known of the entry.
        EntryCut = |on| on.rule(FigureRule::Enrolled) & &on.cut("entry", "entry_last");
        /// Students whose work begins after the report date.
        StudentWorkLate = |on| !on.rule(FigureRule::Trainee) & on.late("employed");
        /// Gone after the report date; beside 正式学籍 a later date is the planned graduation.
        LeavingLate = |on| {
            let gone = on.is("status", labels!(StudentStatus::Left));
            (on.rule(FigureRule::Graduate) | &gone) & !on.rule(FigureRule::Trainee) & on.late("left")
        };
        /// Graduates, and the window cuts through what is known of the day.
        LeavingCut = |on| on.rule(FigureRule::Graduate) & &on.cut("left", "left_last");
        /// Students of whom no status is known: in no figure that asks for one.
        NoStatus = |on| on.rule(FigureRule::Student) & &on.unknown("status");
        /// Students whose 学习形式 is not known, where only 全日制 counts.
        StudyFormUnknown = |on| {
            let meant = on.all(on.terms.settings.full_time_only) & !on.rule(FigureRule::Trainee);
            let enrolled = on.is("status", labels!(StudentStatus::Enrolled));
            let graduated = on.is("leave_kind", labels!(LeaveKind::Graduated));
            meant & (enrolled | graduated) & on.unknown("study_form")
        };
        /// Classes that begin after the report date.
        StartLate = |on| on.rule(FigureRule::Trainee) & &on.late("start");
        /// Classes whose begin places them, and the window cuts through what is known of it.
        StartCut = |on| placed_by(on, "start", |on| on.cut("start", "start_last"));
        /// Classes whose end places them, and the window cuts through what is known of it.
        EndCut = |on| placed_by(on, "end", |on| on.cut("end", "end_last"));
        /// Trainees whose work begins after the report date.
        TraineeWorkLate = |on| on.rule(FigureRule::Trainee) & &on.late("employed");
        /// Trainees whose business begins after the report date.
        BusinessLate = |on| on.rule(FigureRule::Trainee) & &on.late("business");
        /// [`FigureRule::ClassUndated`] where classes are placed by their begin.
        StartUnknown = |on| placed_by(on, "start", |on| on.rule(FigureRule::ClassUndated).clone());
        /// [`FigureRule::ClassUndated`] where classes are placed by their end.
        ClassEndUnknown = |on| placed_by(on, "end", |on| on.rule(FigureRule::ClassUndated).clone());
        /// In work or business by the status alone.
        UndatedWork = |on| {
            let status = labels!(EmploymentStatus::Employed | EmploymentStatus::SelfEmployed);
            let undated = on.rule(FigureRule::Trained) & on.rule(FigureRule::Undated);
            undated & on.is("employment", status)
        };

        // The rows that say nothing in a column: where the whole list lacks it, the figure is not
        // known.

        /// Graduates without 就业时间.
        GraduateWorkUnknown = |on| on.rule(FigureRule::Graduated) & &on.unknown("employed");
        /// Trained, and nothing said of work, which may show in the date of a business as well, and
        /// by the setting in a status.
        WorkUnknown = |on| {
            let unknown = on.rule(FigureRule::Trained) & on.rule(FigureRule::Undated);
            unknown & status_unknown(on)
        };
        /// Trained, and nothing said of a business.
        BusinessUnknown = |on| {
            let unknown = on.rule(FigureRule::Trained) & &on.unknown("business");
            unknown & status_unknown(on)
        };
        /// Trained, 培训类型 unknown.
        KindUnknown = |on| on.rule(FigureRule::Trained) & &on.unknown("kind");
        /// Trained without a certificate.
        Uncertified = |on| on.rule(FigureRule::Trained) & &!on.flag("certified");
        /// Trained without 培训费补贴.
        WithoutTrainingFee = |on| on.rule(FigureRule::Trained) & &on.unknown("training_fee");
        /// Trained without 鉴定费补贴.
        WithoutExamFee = |on| on.rule(FigureRule::Trained) & &on.unknown("exam_fee");
        /// Trained without 生活费补贴.
        WithoutLivingFee = |on| on.rule(FigureRule::Trained) & &on.unknown("living_fee");
    }

    Wishes {
        /// Of a later day.
        FiledLater = |on| on.late("filed");
        /// Says that the person wants to train, and not of a later day.
        Wanting = |on| on.flag("wants") & !on.rule(FigureRule::FiledLater);
    }

    People {
        /// Not in school.
        OutOfSchool = |on| on.unknown("schooling") | on.is("schooling", labels!(Schooling::None));
        /// Able to work and not in school, whatever their age.
        Able = |on| {
            let skills = labels!(Skill::Ordinary | Skill::Skilled | Skill::Weak);
            on.rule(FigureRule::OutOfSchool) & &on.is("skill", skills)
        };
        /// 建档立卡贫困劳动力
        Worker = |on| {
            on.rule(FigureRule::Able) & &on.between("age", on.terms.settings.worker_ages.map(i32::from))
        };
        /// Would be workers but for an unknown age.
        AgelessWorker = |on| on.rule(FigureRule::Able) & &on.unknown("age");
        /// Linked to a student of [`FigureRule::EnteredThisYear`].
        AddedBack = |on| on.flag("entered_this_year");
        /// The registry-side rule of 两后生 (figure ① with the setting `paired-counties`): not in
        /// school, 初中 or 高中, of age, able to work; persons enrolled this year are added back,
        /// because an up-to-date registry already lists them as in school.
        LiangHouSheng = |on| {
            let [grown, _] = on.terms.settings.worker_ages.map(i32::from);
            // The registry writes 无劳动力 of every child: below working age it says nothing of illness.
            let ill = on.is("skill", labels!(Skill::NoLabour)) & on.at_least("age", grown);
            let unable = on.is("skill", labels!(Skill::Lost)) | ill;
            let education = labels!(Education::JuniorMiddle | Education::SeniorMiddle);
            let ages = on.terms.settings.liang_hou_sheng_ages.map(i32::from);
            let of_age = on.is("education", education) & on.between("age", ages);
            (on.rule(FigureRule::OutOfSchool) & &(of_age & !unable)) | on.rule(FigureRule::AddedBack).clone()
        };
        /// Linked to a row of [`FigureRule::Wanting`].
        Wants = |on| on.flag("willing");
        /// Workers who want to train.
        Willing = |on| on.rule(FigureRule::Worker) & on.rule(FigureRule::Wants);
        /// Want to train and are no workers: such a wish is not in the form.
        WillingOther = |on| on.rule(FigureRule::Wants) & &!on.rule(FigureRule::Worker);
    }
}

/// The date that places a class in the window.
fn placing(on: &On) -> &'static str {
    match on.terms.settings.training_date {
        TrainingDate::Start => "start",
        TrainingDate::End => "end",
    }
}

/// The rows of classes, where this is the date that places them.
fn placed_by(on: &On, date: &str, rows: fn(&On) -> Mask) -> Mask {
    if placing(on) == date { on.rule(FigureRule::Trainee) & &rows(on) } else { on.all(false) }
}

/// A date on or after the end of the class, compared as exactly as it is known: 2019年5月 is not
/// before a class that ended on 20 May.
fn after_class(on: &On, first: &str, last: &str) -> Mask {
    on.not_before(last, "end") & on.at_most(first, on.terms.as_of)
}

/// In work by a status without a date, where the setting lets that count.
fn undated_status(on: &On, status: &[i32]) -> Mask {
    if on.terms.settings.count_undated_employment {
        on.rule(FigureRule::Undated) & &on.is("employment", status)
    } else {
        on.all(false)
    }
}

/// Whether a status says nothing either, where the setting lets it count.
fn status_unknown(on: &On) -> Mask {
    if on.terms.settings.count_undated_employment { on.unknown("employment") } else { on.all(true) }
}

fn of_kind(on: &On, kind: TrainingKind) -> Mask {
    on.rule(FigureRule::Trained) & &on.is("kind", &[kind as i32])
}
